import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const module = fileURLToPath(new URL('stop-on-signals.ts', import.meta.url));
// What signal-exit does, which comes with testcontainers: alone, it hands on the signal.
const other = `process.on('SIGTERM', () => { if (process.listenerCount('SIGTERM') === 1) { process.removeAllListeners('SIGTERM'); process.kill(process.pid, 'SIGTERM'); } });`;
const program = (before: string): string => `
${before}
const { stopOnSignals } = await import(${JSON.stringify(module)});
const stop = stopOnSignals(() => console.log('stopping'));
stop.signal.addEventListener('abort', () => setTimeout(() => { console.log('reported'); stop.end(); process.exit(7); }, 300));
setInterval(() => {}, 1000);
console.log('ready');
`;

test.each([
  { name: 'alone', before: '', twice: false },
  { name: 'beside a library that listens too', before: other, twice: false },
  { name: 'twice', before: '', twice: true },
])('a signal, $name', async ({ before, twice }) => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program(before)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (chunk.includes('ready')) child.kill('SIGTERM');
    if (twice && chunk.includes('stopping')) child.kill('SIGTERM');
  });
  const [code, signal] = await once(child, 'exit');
  expect({ code, signal, said }).toEqual(
    twice ? { code: null, signal: 'SIGTERM', said: 'ready\nstopping\n' } : { code: 7, signal: null, said: 'ready\nstopping\nreported\n' },
  );
});
