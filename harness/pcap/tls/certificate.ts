import { X509Certificate } from 'node:crypto';
import { parsed } from './byte-cursor.ts';

/** Names as in RFC 4514, but from the most general part on: `O=mywire, CN=db.example`. */
export interface CertificateAbout {
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
}

/** The first certificate of a Certificate message; undefined where there is none, or one that cannot be read. */
export function firstCertificate(body: Uint8Array, version: number): CertificateAbout | undefined {
  const der = parsed(body, (cursor) => {
    // TLS 1.3: the context of the request comes first.
    if (version >= 0x0304) cursor.vector(1);
    return cursor.vector(3).vector(3).rest();
  });
  if (!der) return undefined;
  try {
    const { subject, issuer, validFrom, validTo } = new X509Certificate(der);
    return { subject: oneLine(subject), issuer: oneLine(issuer), validFrom, validTo };
  } catch {
    return undefined;
  }
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}
