import { spawn } from 'node:child_process';
import { childEnvironment } from '../wire/child-environment.ts';

/**
 * A shell that outlives this process, whatever ends it (SIGKILL too): the pipe to it closes, and it kills what runs
 * out of the folder and removes it. In a session of its own, so that Ctrl-C does not reach it.
 * A pid counts only while its command line names the folder: pids are used again.
 */
const script = `
root=$1
read -r _
for file in "$root"/pids/*; do
  pid=\${file##*/}
  case $pid in *[!0-9]*) continue ;; esac
  if grep -qaF -- "$root" "/proc/$pid/cmdline" 2>/dev/null || ps -o command= -p "$pid" 2>/dev/null | grep -qF -- "$root"; then
    kill -s KILL -- "-$pid" 2>/dev/null
  fi
done
if [ -f "$root/docker" ]; then "$2" -e "$3" "$(cat "$root/docker")" "$4"; fi
for try in 1 2 3 4 5; do rm -rf -- "$root" && break; sleep 0.2; done
`;

/** Removes the containers and networks that carry a label, over the daemon's socket and nothing else: Docker's own program may be missing. */
const removeContainers = `
const http = require('node:http');
const [socketPath, label] = process.argv.slice(1);
const call = (method, path) => new Promise((done) => {
  const request = http.request({ socketPath, method, path, timeout: 20000 }, (answer) => {
    let text = '';
    answer.on('data', (chunk) => (text += chunk)).on('end', () => done(text));
  });
  request.on('error', () => done('')).on('timeout', () => request.destroy()).end();
});
const list = async (path) => JSON.parse((await call('GET', path)) || '[]');
(async () => {
  const filters = 'filters=' + encodeURIComponent(JSON.stringify({ label: [label] }));
  const containers = await list('/containers/json?all=1&' + filters);
  await Promise.all(containers.map(({ Id }) => call('DELETE', '/containers/' + Id + '?force=1&v=1')));
  for (const { Id } of await list('/networks?' + filters)) await call('DELETE', '/networks/' + Id);
})();
`;

/**
 * Starts the guardian of a folder. `pids/<pid>` inside it names a process group to kill; `docker` holds the socket of the
 * daemon whose containers with that label are to be removed.
 * @returns lets the guardian go; whatever is still in the folder goes with it
 */
export function startGuardian(folder: string, label: string): () => void {
  const shell = spawn('/bin/sh', ['-c', script, 'mywire-guardian', folder, process.execPath, removeContainers, label], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
    env: childEnvironment(),
  });
  // Without a shell the exit hook and the sweep at the next start still clean up.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  (shell.stdin as unknown as { unref?: () => void }).unref?.();
  return () => shell.stdin.end();
}
