/** The peer gave something that the plugin cannot work with. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthErrorCode;
  constructor(code: AuthErrorCode, says: string, options?: ErrorOptions) {
    super(says, options);
    this.code = code;
  }
}

export type AuthErrorCode =
  /** What the server sent as its public key is no RSA key in PEM form. */
  | 'AUTH_BAD_PUBLIC_KEY'
  /** The password is too long for one RSA block under this key. */
  | 'AUTH_PASSWORD_TOO_LONG'
  /** The server's parsec ext-salt is none. */
  | 'AUTH_BAD_EXT_SALT'
  /** The encrypted password cannot be decrypted, or is not NUL-terminated. */
  | 'AUTH_BAD_CIPHERTEXT';
