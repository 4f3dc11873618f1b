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
  // SET PASSWORD = 'x', PASSWORD('x')
  new RegExp(String.raw`(\bset\s+password\b[^=;\n]{0,200}=\s*)(?:${QUOTED})`, 'gi'),
  new RegExp(String.raw`(\bpassword\s*\(\s*)(?:${QUOTED})`, 'gi'),
  // mysql://user:…@host
  /(:\/\/[^\s:@/]+:)[^\s@/]+(?=@)/g,
  // mysql_native_password, caching_sha2_password, crypt(3)
  /()\*[0-9A-F]{40}\b/gi,
  /()\$A\$\d{3}\$[^\s'"]+/g,
  /()\$(?:1|2[aby]|5|6|y)\$[^\s'":]+/g,
];
/** What stands for a password and is none: ***, $MYSQL_PWD, <password>, … */
const PLACEHOLDER = String.raw`(?!["']?(?:\*{3}|[$<%{…]|\.\.\.))`;
const WORD = String.raw`(?:${QUOTED}|[^\s"'\`,;|&)\]}]+)`;
/** The clients of MySQL and MariaDB that take -p; with a wrapper's arguments and -p of a port (docker's, ssh's) they are not confused. */
const CLIENTS = '(?:mysql(?:_upgrade|admin|binlog|check|dump|import|pump|sh|show|slap|test)?|mariadb(?:-[a-z]+)?|mycli)';
/** Where a command line tells a password, in whatever text; the first group stays. */
const commandLines: readonly RegExp[] = [
  // mysql -uroot -psecret, ["mysqldump", "-psecret"]
  new RegExp(String.raw`(\b${CLIENTS}["']?[\s,](?:[^\n;|&\`]{0,400}?[\s"'])?["']?-p)${PLACEHOLDER}(?!\d+:\d)${WORD}`, 'g'),
  // MYSQL_PWD=secret mysql, -e MYSQL_ROOT_PASSWORD=secret
  new RegExp(String.raw`(\b(?:MYSQL_PWD|MYWIRE_PASSWORD|(?:MYSQL|MARIADB)_(?:ROOT_)?PASSWORD)["']?\s*[=:]\s*)${PLACEHOLDER}${WORD}`, 'g'),
  new RegExp(`(--(?:[a-z]+-)?password=)${PLACEHOLDER}${WORD}`, 'g'),
  // mysql://app:secret@host; of mysqlsh without a scheme
  new RegExp(String.raw`((?:\b(?:mysqlx?|mariadb):\/\/|\bmysqlsh\s(?:[^\n;|&\`]{0,400}?\s)?)[\w.%-]+:)${PLACEHOLDER}[^\s@/]+(?=@)`, 'g'),
];
const PRIVATE_KEY = /-----BEGIN [^-\n]*PRIVATE KEY-----[\s\S]*?(?:-----END [^-\n]*PRIVATE KEY-----|$)/g;
/** A shorter one stands in too many places that have nothing to do with it. */
const LEAST_KNOWN = 4;

/** A configuration or a command line as it may be shown: passwords, their hashes and private keys are ***; `known` ones wherever they stand. */
export function withoutPasswords(text: string, known: Iterable<string> = []): string {
  let out = text.replaceAll(PRIVATE_KEY, '(a private key)');
  for (const place of [...commandLines, ...places]) out = out.replaceAll(place, '$1***');
  for (const password of known) if (password.length >= LEAST_KNOWN) out = out.replaceAll(password, '***');
  return out;
}

/** Does a command line in this text (an issue, a log, a script) tell a password? What else it says of passwords may be of none. */
export const tellsPassword = (text: string): boolean => commandLines.some((place) => text.search(place) >= 0);
