/** The upgrade to TLS and what comes behind it. */
export const tls = {
  'tls-12-refused': 'takes TLS 1.3 only',
  'tls-13-refused': 'takes TLS 1.2 only',
  'tls-hello-behind-request-lost': 'loses a ClientHello that comes in the same segment as the SSLRequest',
  'tls-hello-in-pieces-refused': 'closes when a ClientHello comes in more than one segment',
  'tls-half-hello-keeps-open': 'keeps a connection whose client ended it in the middle of the TLS handshake (ProxySQL before 2.6.1)',
  'tls-resumption-refused': 'closes a connection whose client resumes a TLS session (ProxySQL before 2.6.4)',
  'tls-plaintext-login-taken': 'goes on in the clear when a login in the clear follows the SSLRequest',
  'tls-second-ssl-request-hangs': 'never answers an SSLRequest that comes over TLS',
  'tls-greets-again': 'sends its greeting once more over TLS',
  'tls-checks-another-scramble': 'checks a proof over TLS against another scramble than that of the greeting',
  'tls-flags-of-response-count': 'goes by the capability flags of the response over TLS and not by those of the SSLRequest',
  'tls-large-answers-cut': 'sends the first 64 KiB only of an answer over TLS',
  'tls-login-loses-database': 'forgets the database of a login over TLS',
  'tls-quit-keeps-open': 'keeps the connection over TLS open behind COM_QUIT',
  'tls-pieces-lost': 'loses what comes in a second TLS record of the same packet',
  'ssl-request-filler-must-be-zero': 'refuses an SSLRequest whose filler bytes are not zero',
} as const;
