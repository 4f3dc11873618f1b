import { createPublicKey } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';

/** Both in PEM. The key must be for RSA where caching_sha2_password shall work without TLS. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface RsaKeys {
  readonly privateKey: string;
  readonly publicKey: string;
}

const contexts = new WeakMap<Certificate, Map<string, SecureContext>>();

/** Made once per certificate and options: it is the dear part of a TLS server. */
export function secureContextOf(certificate: Certificate, options: SecureContextOptions = {}): SecureContext {
  const of = contexts.get(certificate) ?? new Map<string, SecureContext>();
  contexts.set(certificate, of);
  const key = JSON.stringify(options);
  const context = of.get(key) ?? createSecureContext({ key: certificate.key, cert: certificate.cert, ...options });
  of.set(key, context);
  return context;
}

/** The keys that caching_sha2_password offers to a client without TLS. */
export function rsaKeys(certificate: Certificate = localhostCertificate): RsaKeys {
  const publicKey = createPublicKey(certificate.key).export({ type: 'spki', format: 'pem' }) as string;
  return { privateKey: certificate.key, publicKey };
}

/**
 * Self-signed, for localhost and 127.0.0.1, valid until 2126. Its key is public, here: it protects nothing, and
 * nothing but tests may trust it. Generated keys would cost every process 100 ms or more.
 */
export const localhostCertificate: Certificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQDObYTJTewS3mn7
Qz6kl/39z8QqEGxXsZDySqYaqML81Of0oYZ4KiTTdWpBONvj5i5JkL7zI+v/P+tc
j5EVoUvg8nSTgPjXnkHKIjs3cHRXVzHX0XoRnStZzdcuUfa81iXu+XOw0hFAtws8
3hthHIOoDVNnZB2sAUffjlQ5J5KOlDaoTSXVBwjCm7UgUFdh0k1OqJsU4h67EI49
GWx+EBx7CJG3U43L/vxw0tm3IpmndHY5kd0/skER4NoYcI6zqLPXMhV1671O6kPB
IZjg/FcY2R2ZECm/apLaOEL8tcAsLoR+3ziB3u2/CjUfLOtSSzLZvHGFSE1U8C63
mnGW9xtfAgMBAAECggEAJRchjkgNfGBxO3/cIBfdP78WmJZF2UXi7N4D1XNwQZyB
pv9k2W99GW+V7W0peVvxAi/bV3WjYEQcZo+3OmM2bo8x6hT44Ukiug6HhFEU3mKg
5o3ReJu8X9Dv8ncwtcJmo3c31dQQ3IdnIgMoeTz13Pqz+zZObIr4Xo9Ey9Yz66Ec
MAS3Yr/jcv5Yoq8MMtWVAK6EpK1LQl/q7nmefwXbtKCyWlONlOZmRxl4Mhcvc3kG
nKbDa0l1q8juNuYDvMKiYtdWCVmi2m81sDIJlZTDlgJQ+EKLrbvWUieEi9RutU98
I0Ot4oI5mbP04WUbz4XfPwbxtf57kI4fExJQAUUJiQKBgQDxwBmC0AyT4v5yKKdL
uCTyYjAHyofjcF8wm1C8VqBgdZccpIjGosgOTAj85ugKZVnuOj7vGzVAkIOJlSht
46CkKINugCrWgwkbFR+uewKG1YVCh/9gLk/mvvOVtNmFiDZ6EmpI/TJvBiuNIl0E
iAnWWmtx2SVc/fUkQFkuUL13KQKBgQDamGr02YknZ8bWLfaHmDPzjg2xth6I6TTi
7C1jfts76xXjfZpgMLRVeWU7d+E3y2dIXEEn/eFuWj23ISy+XiCUswwSZTB0yj9m
Ox4KidbfpiYrYjXB9mxhj1/hVGedVcbPvejtKo8UDl9Ev1ekVra9qqw8joh/B6AZ
c4/Ds693RwKBgQDNdOe5hzvJS/fX6bkU3zF3Vf9f/76xi0U7OCTLjAvNLuL4ktUz
jBDeJbzVwyCeBTkDADmQWN1PPAKuoTe0/On/2fapqP+/Q6ovfCpqzVx+X2Vb/90I
TxPVFaBLMWJU3EkAQjpWQenk9ad50SSgv0UtCbebEGNyvtrirlWcyT3c0QKBgQDW
MHLc6CqUCgOy6eaehmyhQZf5gdH5pUjE8VaoHy0CUR9pgTE6/340IncnBhgQa6YQ
KRVO8l1pm9LNFhyZi/GwwqAZhj0sst/cdCDDgryg+FR+PgUewS8BiVMRn3rHl7zu
4c7SVNlNdaez3SkrRixZPFr4G1Fz5yzgw3Mi93X/EQKBgQClNsYA0EGBURz7TRoo
RCmxUanEzmyYMqD5p7cjfQv+6AubP0uXrqAb2J7m1XDZPEgpF6+PSrX0ZUMFutXO
ERQ9t6o+d0fx+D7BURqv7VbuiuDxKUXlahL4pJz0kGtyQeeAjNs/6ZUBSNTRweZK
FQHizuaRx209uChHzWs6wpiXWw==
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIDQzCCAiugAwIBAgIUeuEJ7xDHGygc7NADDFhwUENf1vswDQYJKoZIhvcNAQEL
BQAwIjEgMB4GA1UEAwwXbXl3aXJlIHJlZmVyZW5jZSBzZXJ2ZXIwIBcNMjYxMTIx
MDQwNDI0WhgPMjEyNjEwMjgwNDA0MjRaMCIxIDAeBgNVBAMMF215d2lyZSByZWZl
cmVuY2Ugc2VydmVyMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzm2E
yU3sEt5p+0M+pJf9/c/EKhBsV7GQ8kqmGqjC/NTn9KGGeCok03VqQTjb4+YuSZC+
8yPr/z/rXI+RFaFL4PJ0k4D4155ByiI7N3B0V1cx19F6EZ0rWc3XLlH2vNYl7vlz
sNIRQLcLPN4bYRyDqA1TZ2QdrAFH345UOSeSjpQ2qE0l1QcIwpu1IFBXYdJNTqib
FOIeuxCOPRlsfhAcewiRt1ONy/78cNLZtyKZp3R2OZHdP7JBEeDaGHCOs6iz1zIV
deu9TupDwSGY4PxXGNkdmRApv2qS2jhC/LXALC6Eft84gd7tvwo1HyzrUksy2bxx
hUhNVPAut5pxlvcbXwIDAQABo28wbTAdBgNVHQ4EFgQUNa52AjWCkfBInBigMWkA
grT8JUkwHwYDVR0jBBgwFoAUNa52AjWCkfBInBigMWkAgrT8JUkwDwYDVR0TAQH/
BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwDQYJKoZIhvcNAQEL
BQADggEBAK7nBbYlfsItXhNFMkPBBndHVS39CCftuUax9O0xZsqGhHFC+5pEEndx
pGcgPUKdoDbs5FiPlmltgJGr1vcg8zCYcwfOq/KrvA02ILUJMy8HeqA1mkq4ZRtY
cXZpIiWHdkykaTawASH1MsRzDqAkmiOxqCECTKuzbIZPgI5z2Zm+uulNQfDfid72
m6Je9lDqTehlOYzgJs24TRpyt3U+0ibezHExnRLXqh9Q6BZr5naGWkuDzBzlqol/
GNPFJOXAz9u7iVkwmaxl7xN9bYXV9cqO8g8OV0kgj2TyY+OBc7wEWNerT01/i91u
b+t8Vjy4ZDTCU46t0U53nfhvu6OLpqA=
-----END CERTIFICATE-----
`,
};
