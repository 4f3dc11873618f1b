/**
 * Why a row of the protocol has no case: `untestable` from a client's socket, `out of scope`, or `implied by` other cases.
 * A row with a case may not stand here (suites/coverage.test.ts).
 */
export const untested: Readonly<Record<string, string>> = {
  // Authentication plugins
  mysql_old_password:
    'out of scope: since MariaDB 10.1 and MySQL 5.7 such accounts are refused; what a client answers to the lone 0xFE is tested in harness/auth',
  auth_gssapi_client: 'out of scope: needs a Kerberos realm; the tokens are opaque to this protocol',
  authentication_ldap_sasl_client: 'out of scope: MySQL Enterprise, and needs an LDAP server',
  authentication_kerberos_client: 'out of scope: MySQL Enterprise, and needs a Kerberos realm',
  authentication_webauthn_client: 'out of scope: needs a FIDO device; how a second factor is asked for is tested with other plugins',
  authentication_oci_client: 'out of scope: needs an account of a cloud service',
  authentication_openid_connect_client: 'out of scope: needs an identity provider',
  // Answers
  HandshakeV9: 'implied by the greeting cases: no supported server sends it, and each of them asks for HandshakeV10',
};
