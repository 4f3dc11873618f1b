/** Authentication plugins, their exchanges, expired passwords, and TLS. */
import { mariadbPage, mysqlErrors, mysqlPage, type Quote, refman } from './page.ts';

const phase = 'page_protocol_connection_phase';
const clear = mysqlPage('Clear text client plugin', `${phase}_authentication_methods_clear_text_password`);
const nextFactor = mysqlPage('Protocol::AuthNextFactor', `${phase}_packets_protocol_auth_next_factor_request`);
const multiFactor = mysqlPage('Multi Factor Authentication', 'page_protocol_multi_factor_authentication_methods');
const multiFactorRefman = refman('Multifactor Authentication', 'multifactor-authentication', '9.5');
const capabilities = mysqlPage('Capabilities Flags', 'group__group__cs__capabilities__flags');
const cachingSha2 = mysqlPage('Caching_sha2_password information', 'page_caching_sha2_authentication_exchanges');
const routerSha2 = mysqlPage('AuthCachingSha2Password Class Reference', 'classAuthCachingSha2Password');
const sslRequest = mysqlPage('Protocol::SSLRequest', `${phase}_packets_protocol_ssl_request`);
const expired = refman('Server Handling of Expired Passwords', 'expired-password-handling', '9.5');
const sha256 = refman('SHA-256 Pluggable Authentication', 'sha256-pluggable-authentication', '9.5');
const cachingSha2Refman = refman('Caching SHA-2 Pluggable Authentication', 'caching-sha2-pluggable-authentication', '9.5');
const createUser = refman('CREATE USER Statement', 'create-user', '9.5');
const protocols = refman('Encrypted Connection TLS Protocols and Ciphers', 'encrypted-connection-protocols-ciphers', '9.5');

const connecting = mariadbPage('Connecting', 'clientserver-protocol/1-connecting/connection');
const mSha256 = mariadbPage('Connecting via sha256_password', 'clientserver-protocol/1-connecting/sha256_password-plugin');
const mEd25519 = mariadbPage('Authentication Plugin - ed25519', 'plugins/authentication-plugins/authentication-plugin-ed25519');
const mParsec = mariadbPage('Authentication Plugin - PARSEC', 'plugins/authentication-plugins/authentication-plugin-parsec');
const mariadb = <const P extends string>(page: P, path: string) =>
  ({ manual: 'mariadb', page, url: `https://mariadb.com/docs/server/${path}` }) as const;
const mExpired = mariadb('User Password Expiry', 'security/user-account-management/user-password-expiry');
const mMustChange = mariadb(
  'Error 1820: You must SET PASSWORD before executing this statement',
  'reference/error-codes/mariadb-error-codes-1800-to-1899/e1820',
);
const mCreateUser = mariadb('CREATE USER', 'reference/sql-statements/account-management-sql-statements/create-user');
const mTlsVersion = mariadb('SSL/TLS System Variables', 'security/encryption/data-in-transit-encryption/ssltls-system-variables');

const errors = mysqlErrors('5.7');
const tls = { manual: 'tcp', page: 'RFC 8446, section 5.1', url: 'https://www.rfc-editor.org/rfc/rfc8446#section-5.1' } as const;
const resumption = { manual: 'tcp', page: 'RFC 8446, section 2.2', url: 'https://www.rfc-editor.org/rfc/rfc8446#section-2.2' } as const;

export const authManual = {
  'mysql/user-names-are-case-sensitive': {
    ...refman('Grant Tables', 'grant-tables'),
    says: 'User, Db and Table_name are compared with regard to case when access is checked; host names are not.',
  },
  'mysql/user-names-match-exactly': {
    ...refman('Access Control, Stage 1: Connection Verification', 'connection-access'),
    says: 'A User value that is not blank must be matched exactly by the user name of the client; a blank one, that of an anonymous account, matches any.',
  },
  'mysql/blank-password-matches-none': {
    ...refman('Access Control, Stage 1: Connection Verification', 'connection-access'),
    says: 'An account whose authentication_string is blank matches no password: its user must connect without one.',
  },
  'mariadb/user-names-match-exactly': { ...mCreateUser, says: 'The user name of an account must match exactly, case included.' },
  'mariadb/native-seed-is-a-nul-string': {
    ...connecting,
    says: 'The plugin data for mysql_native_password is a seed that ends with a NUL.',
  },
  'mysql/auth-switch-names-client-plugin': {
    ...mysqlPage('Protocol::AuthSwitchRequest', `${phase}_packets_protocol_auth_switch_request`),
    says: 'The plugin name of an AuthSwitchRequest is that of the client authentication plugin to switch to.',
  },
  'mysql/clear-password-is-a-nul-string': { ...clear, says: 'mysql_clear_password sends the password as it is, with a NUL at its end.' },
  'mariadb/wrong-plugin-restarts-authentication': {
    ...mariadbPage('Pluggable Authentication Overview', 'plugins/authentication-plugins/pluggable-authentication-overview'),
    says: 'Where the plugin of the greeting or that of the client is not the one of the account, the server restarts the authentication with the right one.',
  },
  'mariadb/clear-password-only-with-tls': {
    ...connecting,
    says: 'mysql_clear_password sends the password in clear and is to be used over SSL only.',
  },

  'mysql/authentication-plugins': {
    ...refman('Authentication Plugins', 'authentication-plugins'),
    says: 'The authentication plugins that come with MySQL are those of native, SHA-256 and cached SHA-2 passwords, clear text, PAM, Windows, LDAP, Kerberos, socket peers and WebAuthn; authentication_oci is of MySQL HeatWave.',
  },
  'mariadb/client-plugins': {
    ...mariadbPage('Pluggable Authentication Overview', 'plugins/authentication-plugins/pluggable-authentication-overview'),
    says: 'The client plugins of MariaDB are mysql_native_password, mysql_old_password, client_ed25519, auth_gssapi_client, dialog, mysql_clear_password, sha256_password and caching_sha2_password.',
  },

  // caching_sha2_password
  'mysql/caching-sha2-public-key-request': {
    ...cachingSha2,
    says: 'Without a secure connection the client asks for the public key of the server with a packet of its own, and sends the password encrypted with it.',
  },
  'mysql/caching-sha2-bytes': {
    ...routerSha2,
    says: 'In an exchange of caching_sha2_password 0x02 asks for the public key, 0x03 says that the fast way is done, and 0x04 asks for the full authentication.',
  },
  'mysql/caching-sha2-full-needs-secure-channel-or-rsa': {
    ...cachingSha2Refman,
    says: 'Where a connection is not secure, caching_sha2_password exchanges the password encrypted with an RSA key pair, never in clear.',
  },
  'mysql/caching-sha2-public-key-is-pem': {
    ...refman('Server System Variables', 'server-system-variables'),
    says: 'The RSA public key file of caching_sha2_password (caching_sha2_password_public_key_path) and that of sha256_password are in PEM format.',
  },
  'mysql/caching-sha2-cache-makes-fast': {
    ...cachingSha2Refman,
    says: 'The server caches the hash of a user who has authenticated, and later connections of that user go the fast way.',
  },

  // sha256_password
  'mysql/sha256-password-secure-or-rsa': {
    ...sha256,
    says: 'sha256_password sends the password as clear text over a secure connection, and otherwise encrypted with the RSA key of the server; without both the connection fails.',
  },
  'mariadb/sha256-clear-over-tls': {
    ...mSha256,
    says: 'With sha256_password over SSL the client sends the password in clear, NUL-terminated.',
  },
  'mariadb/sha256-public-key-request': {
    ...mSha256,
    says: 'Without SSL a sha256_password client that lacks the key asks for it with the byte 0x01; the answer is 0x01 and the public key.',
  },
  'mariadb/sha256-rsa-password': {
    ...mSha256,
    says: 'The encrypted password of sha256_password has 256 bytes: the password XOR the seed, under RSA with OAEP padding.',
  },
  'mariadb/sha256-ends-with-ok-or-err': { ...mSha256, says: 'The sha256_password exchange ends with OK_Packet or ERR_Packet.' },

  // ed25519
  'mariadb/ed25519-signs-the-nonce': {
    ...connecting,
    says: 'For client_ed25519 the server sends a random nonce, to the end of the packet, and the client answers with its signature.',
  },
  'mariadb/ed25519-is-that-of-openssh': {
    ...mEd25519,
    says: 'The algorithm of the ed25519 plugin is the Elliptic Curve Digital Signature Algorithm that OpenSSH uses.',
  },
  'mariadb/ed25519-needs-a-password': {
    ...mEd25519,
    says: 'Accounts of the ed25519 plugin need a password: one that was given none cannot connect.',
  },
  'tcp/ed25519-signature-is-64-bytes': {
    manual: 'tcp',
    page: 'RFC 8032, section 5.1.6',
    url: 'https://www.rfc-editor.org/rfc/rfc8032#section-5.1.6',
    says: 'An Ed25519 signature is R and S, 32 octets each.',
  },

  // parsec
  'mariadb/parsec-nonce-is-32-bytes': { ...connecting, says: 'The plugin data for parsec is a server nonce of 32 bytes.' },
  'mariadb/parsec-scramble-is-random': {
    ...mParsec,
    says: 'A parsec login begins with an Authentication Switch Request that has a random scramble of 32 bytes.',
  },
  'mariadb/parsec-empty-packet-asks-for-salt': { ...connecting, says: 'A parsec client sends an empty packet to request the ext-salt.' },
  'mariadb/parsec-ext-salt-layout': {
    ...connecting,
    says: 'The ext-salt is the byte P for PBKDF2, an int<1> iteration factor, 1024 shifted left by it being the iterations, and the salt to the end of the packet.',
  },
  'mariadb/parsec-response-layout': {
    ...connecting,
    says: 'A parsec response is a client nonce of 32 bytes and an ed25519 signature of 64 bytes.',
  },
  'mariadb/parsec-signs-both-nonces': {
    ...connecting,
    says: 'The parsec signature is over the server nonce followed by the client nonce, with a key derived from password and ext-salt.',
  },
  'mariadb/parsec-iterations-are-bounded': {
    ...mParsec,
    says: 'The iterations of parsec are a power of two, 1024 unless parsec_iterations says otherwise, and 1073741824 at most.',
  },
  'mariadb/parsec-salt-is-stored': { ...mParsec, says: 'The server stores the salt of a parsec password together with its hash.' },
  'mariadb/parsec-ends-with-ok-or-denied': {
    ...mParsec,
    says: 'In the end the server answers a parsec response with ok or access denied.',
  },
  'mariadb/further-rounds-may-be-many': {
    ...connecting,
    says: 'A plugin may exchange data with the client in many rounds, which end with OK, ERR or an authentication switch.',
  },

  // Multi-factor
  'mysql/next-factor-layout': {
    ...nextFactor,
    says: 'AuthNextFactor is 0x02, the client plugin name NUL-terminated, and the initial data of that plugin to the end of the packet.',
  },
  'mysql/next-factor-needs-the-capability': {
    ...nextFactor,
    says: 'The server can send AuthNextFactor if both sides support MULTI_FACTOR_AUTHENTICATION.',
  },
  'mysql/multi-factor-path': {
    ...multiFactor,
    says: 'With several factors the packets of each method are exchanged in turn, an AuthNextFactor before each but the first, and OK behind the last.',
  },
  'mysql/multi-factor-any-failure-is-err': {
    ...multiFactor,
    says: 'If any of the methods fails, the server can return ERR and disconnect.',
  },
  'mysql/failed-factor-rejects-connection': {
    ...multiFactorRefman,
    says: 'The server invokes the plugins of an account in their order, the next where one reports success; where any reports failure it rejects the connection.',
  },

  // Expired passwords
  'mysql/expired-password-flag': {
    ...capabilities,
    says: 'CLIENT_CAN_HANDLE_EXPIRED_PASSWORDS says that the client can go on with an expired password: it does not close the connection.',
  },
  'mysql/expired-password-disconnects': {
    ...expired,
    says: 'With disconnect_on_expired_password on, its default, a client that cannot handle expired passwords is disconnected with ER_MUST_CHANGE_PASSWORD_LOGIN.',
  },
  'mysql/expired-password-sandbox': {
    ...expired,
    says: 'A client that can handle expired passwords is put into sandbox mode, where what is not permitted gets ER_MUST_CHANGE_PASSWORD.',
  },
  'mysql/sandbox-answers-use-with-1820': {
    ...expired,
    says: 'In sandbox mode USE, which the client sends as COM_INIT_DB, and SELECT 1 are among what gets ER_MUST_CHANGE_PASSWORD (1820).',
  },
  'mysql/sandbox-permits-no-set': {
    ...refman('Server Handling of Expired Passwords', 'expired-password-handling', '8.0'),
    says: 'As of 8.0.27 the SET statement is no longer permitted in sandbox mode.',
  },
  'mariadb/expired-password-sandbox': {
    ...mExpired,
    says: 'disconnect_on_expired_password decides whether a client whose password has expired may connect in sandbox mode, where it can do only what serves to reset the password.',
  },
  'mariadb/sandbox-permits-set': {
    ...mExpired,
    says: 'Among what the sandbox mode of an expired password permits are SET PASSWORD and SET.',
  },
  'mysql/error-1820-must-change-password': {
    ...errors,
    says: '1820, SQLSTATE HY000, ER_MUST_CHANGE_PASSWORD: the password must be reset first.',
  },
  'mariadb/error-1820-must-change-password': {
    ...mMustChange,
    says: '1820, SQLSTATE HY000, ER_MUST_CHANGE_PASSWORD: in sandbox mode only SET statements and those about prepared statements are accepted, and every other one, SELECT 1 for instance, fails with this error.',
  },
  'mysql/error-1862-must-change-password-login': {
    ...errors,
    says: '1862, SQLSTATE HY000, ER_MUST_CHANGE_PASSWORD_LOGIN: the password has expired, and the client cannot handle that.',
  },

  // TLS
  'mysql/require-ssl-permits-only-encrypted': { ...createUser, says: 'REQUIRE SSL permits only encrypted connections for the account.' },
  'mariadb/require-ssl-permits-only-encrypted': { ...mCreateUser, says: 'With REQUIRE SSL the account must use TLS.' },
  'mysql/tls-12-and-13': { ...protocols, says: 'The server permits TLSv1.2 and TLSv1.3 by default.' },
  'mariadb/tls-12-and-13': { ...mTlsVersion, says: 'The tls_version variable permits TLSv1.2 and TLSv1.3 by default.' },
  'mysql/ssl-request-starts-tls-at-once': {
    ...sslRequest,
    says: 'After the SSLRequest the client starts the TLS handshake, and the packets behind it travel encrypted.',
  },
  'tcp/tls-resumption-may-be-declined': {
    ...resumption,
    says: 'A client that offers to resume a session also sends what a full handshake needs, so that the server can decline and fall back to one.',
  },
  'tcp/tls-records-do-not-match-messages': {
    ...tls,
    says: 'Message boundaries are not preserved in the record layer: several messages may share a record, and one may be cut over several.',
  },
} as const satisfies Record<string, Quote>;
