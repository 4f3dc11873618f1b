/** A command line as one would type it, and what it is for. */
export interface Example {
  readonly line: string;
  readonly says: string;
}

/** Behind the help of each verb. A test parses every line with the verb's own options, and looks up its targets and cases. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  run: [
    { line: 'mywire run', says: 'the best that this machine has, and what it therefore does not test' },
    {
      line: 'mywire run haproxy:3.2+mariadb:11.8 --out evidence',
      says: 'a proxy in front of a server, in Docker; a folder with packets per deviation',
    },
    {
      line: 'mywire run 127.0.0.1:6033 --check-user monitor --as proxysql:2.7.1',
      says: 'what runs already; its known deviations are those of ProxySQL 2.7.1',
    },
    { line: "mywire run local:proxysql+mariadb --case 'health-check/*' --tries 50", says: 'some cases on programs of this machine' },
    { line: 'mywire run mysql:9.7 --junit mywire.xml --sarif mywire.sarif --time-limit 10m', says: 'in a pipeline' },
  ],
  gate: [
    {
      line: 'mywire gate --baseline haproxy:2.6 --candidate haproxy:3.2',
      says: 'a proxy exchanged; the server behind it is the usual one',
    },
    {
      line: 'mywire gate --versions haproxy:2.2,2.6,3.0,3.2+mariadb:11.8',
      says: 'each version against the one before: where did it change?',
    },
    {
      line: 'mywire gate --baseline 127.0.0.1:3306 --check-user monitor --save production.json.gz',
      says: 'what production does, for later',
    },
    { line: 'mywire gate --baseline production.json.gz --candidate proxysql:2.7.1+mariadb:11.8', says: 'against what was saved' },
  ],
  init: [
    { line: 'mywire init', says: 'mywire.config.yaml out of the containers and servers that run here' },
    { line: 'mywire init --out -', says: 'only show it' },
  ],
  fuzz: [
    {
      line: "mywire fuzz 'reference?defect=resultset-without-final-eof' --against reference --time 10s",
      says: 'what a finding looks like',
    },
    { line: 'mywire fuzz local:proxysql+mariadb --against local:mariadb --time 10m', says: 'a proxy, held against the server behind it' },
    {
      line: 'mywire fuzz 127.0.0.1:3306 --runs 100000 --seed 7 --shard 2/8',
      says: 'the second of eight parts of a campaign that can be repeated',
    },
  ],
  merge: [{ line: 'mywire merge mywire-fuzz/a mywire-fuzz/b --out all', says: 'two campaigns as one' }],
  replay: [
    { line: 'mywire replay bug.pcapng --target 127.0.0.1:3306 --user app --password-env APP_PASSWORD', says: 'all logins as one user' },
    {
      line: 'mywire replay monday.pcapng.gz --target local:mariadb --server 3306 --users users.yaml --json -',
      says: 'for a program, users by a map',
    },
    {
      line: 'mywire replay bug.pcapng --target 127.0.0.1:3307',
      says: 'do again what the clients of a capture did, and compare the answers',
    },
    {
      line: 'mywire replay bug.pcapng --target reference --stream 4 --to-case bug.yaml',
      says: 'one connection, as a case for mywire run --cases',
    },
  ],
  inspect: [
    { line: 'mywire inspect bug.pcapng', says: 'who spoke with whom, how it ended, which rules were broken at which frame' },
    { line: 'mywire inspect bug.pcapng.gz --connection 5 --packets', says: 'one connection, field by field' },
    { line: 'mywire inspect bug.pcapng --json --error 1251', says: 'for a program: connections in which the server sent ERR 1251' },
  ],
  record: [
    {
      line: 'mywire record --listen 127.0.0.1:3307 --to 127.0.0.1:3306 --write bug.pcapng',
      says: 'a relay that records, without privileges',
    },
    { line: 'mywire record --listen 0.0.0.0:3307 --to db1:3306 --max-bytes 1G --max-files 10', says: 'for days: ten files in turn' },
    { line: 'mywire record --listen 3307 --to 3306 --write - | tshark -r - -d tcp.port==3307,mysql', says: 'looked at while it passes' },
    { line: 'mywire record --interface lo --port 3306 --redact', says: 'by tcpdump, with nothing in the file that must not leave' },
  ],
  redact: [{ line: 'mywire redact bug.pcapng redacted.pcapng', says: 'lengths and framing stay, names and values go' }],
  bundle: [{ line: 'mywire bundle evidence --redact --out evidence.tar.gz', says: "one archive for a vendor's tracker" }],
  scenario: [
    { line: 'mywire scenario --list', says: 'the stories, and what each asserts' },
    { line: 'mywire scenario S1 --on haproxy:3.0+mariadb:11.8 --out evidence', says: 'a dual master is switched' },
    {
      line: 'mywire scenario S3 --binary proxysql=/opt/proxysql/2.7.1/proxysql --full',
      says: 'every run of a story, with a program of yours',
    },
  ],
  list: [
    { line: 'mywire list --area health-check --level MUST', says: 'some of the cases' },
    { line: 'mywire list --json', says: 'all of them, for a program' },
  ],
  explain: [
    { line: 'mywire explain quit/after-login', says: 'what a case sends, what it expects, and which page says so' },
    { line: "mywire explain 'compression/*'", says: 'several' },
  ],
  serve: [
    { line: 'mywire serve --port 3307 --dialect mariadb', says: 'a server to try clients and proxies against' },
    { line: 'mywire serve --port 3307 --defect answers-com-quit', says: 'the same, wrong in one way' },
  ],
  agent: [
    {
      line: 'mywire agent --socket /run/mysqld/mysqld.sock --schema shop --refuse-read-only',
      says: "behind HAProxy's option httpchk with check port 9200",
    },
    { line: 'mywire agent --host 10.0.0.5 --galera --once', says: 'one check, told by the exit code' },
    { line: 'mywire agent --defaults-file /etc/mywire/agent.cnf --max-lag 30', says: 'a replica no more than 30 s behind' },
  ],
  doctor: [
    { line: 'mywire doctor', says: 'what this machine can judge, what is missing, and how to get it' },
    { line: 'mywire doctor --json', says: 'for a program' },
  ],
  completion: [
    {
      line: 'mywire completion bash > /etc/bash_completion.d/mywire',
      says: 'for everybody; or in ~/.bashrc: source <(mywire completion bash)',
    },
    { line: 'mywire completion zsh > ~/.zfunc/_mywire', says: 'a folder of $fpath, before compinit' },
    { line: 'mywire completion fish > ~/.config/fish/completions/mywire.fish', says: 'read by fish itself' },
  ],
};

/** What stands behind the options in `mywire VERB --help`. */
export function examplesText(verb: string): string {
  const of = examples[verb] ?? [];
  if (of.length === 0) return '';
  return `\nExamples:\n${of.map(({ line, says }) => `  ${line}\n      ${says}`).join('\n')}`;
}
