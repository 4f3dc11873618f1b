const QUOTED = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`;

/** Where configurations of servers and proxies have a password, its hash, or a key; the first group stays. */
const places: readonly RegExp[] = [
  // password=…, monitor_password="…", admin_credentials="user:…", --password=…, "auth_secret": …
  new RegExp(
    String.raw`([\w-]*(?:passw(?:or)?d|passphrase|pass|pwd|credentials|secret|token)["']?\s*[=:]\s*)(?:${QUOTED}|[^\s,;}#]+)`,
    'gi',
  ),
  // CREATE USER … IDENTIFIED WITH plugin BY '…'
  new RegExp(String.raw`(identified\s+(?:(?:with|via)\s+\S+\s+)?(?:by|as|using)\s+(?:password\s*\(?\s*)?)(?:${QUOTED})`, 'gi'),
  // HAProxy: user u password …, stats auth u:…
  /^([ \t]*(?:user[ \t]+\S+[ \t]+)?(?:insecure-)?password[ \t]+)\S+/gim,
  /(\bauth[ \t]+[^\s:]+:)\S+/gi,
  // mysql://user:…@host
  /(:\/\/[^\s:@/]+:)[^\s@/]+(?=@)/g,
  // mysql_native_password, caching_sha2_password, crypt(3)
  /()\*[0-9A-F]{40}\b/gi,
  /()\$A\$\d{3}\$[^\s'"]+/g,
  /()\$(?:1|2[aby]|5|6|y)\$[^\s'":]+/g,
];
const PRIVATE_KEY = /-----BEGIN [^-\n]*PRIVATE KEY-----[\s\S]*?(?:-----END [^-\n]*PRIVATE KEY-----|$)/g;
/** A shorter one stands in too many places that have nothing to do with it. */
const LEAST_KNOWN = 4;

/** A configuration or a command line as it may be shown: passwords, their hashes and private keys are ***; `known` ones wherever they stand. */
export function withoutPasswords(text: string, known: Iterable<string> = []): string {
  let out = text.replaceAll(PRIVATE_KEY, '(a private key)');
  for (const place of places) out = out.replaceAll(place, '$1***');
  for (const password of known) if (password.length >= LEAST_KNOWN) out = out.replaceAll(password, '***');
  return out;
}
