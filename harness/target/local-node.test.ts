import { afterEach, expect, it } from 'vitest';
import { type PrivateFolder, privateFolder } from './leftovers.ts';
import { type LocalNode, startNode } from './local-node.ts';
import { startProgram } from './program.ts';

let folder: PrivateFolder | undefined;
let node: LocalNode | undefined;
afterEach(async () => {
  await node?.stop();
  await folder?.remove();
});

it('starts a program again that has just been killed, though nobody has told of its end yet', async () => {
  folder = privateFolder();
  const { path } = folder;
  const setting = { target: 'test', name: 'sleeper', endpoint: { host: '127.0.0.1', port: 1 }, folder: path, options: {} };
  const args = ['-e', 'setTimeout(() => {}, 60_000)', path];
  const run = () => startProgram({ target: 'test', binary: process.execPath, args, folder: path });
  node = await startNode(setting, { product: 'unknown', version: '', run });
  const before = node.pid;
  node.signal('SIGKILL');
  await node.startAgain();
  expect(node.pid).not.toBe(before);
  expect(await node.state()).toBe('running');
});
