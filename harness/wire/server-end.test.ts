import { expect, test } from 'vitest';
import { type EndKind, endsIn, ServerEnd } from './server-end.ts';

const errno = (syscall: string, code?: string): NodeJS.ErrnoException =>
  Object.assign(new Error('what the system says'), { syscall, ...(code && { code }) });

test.each<[string, string, string | undefined, readonly { kind: EndKind; detail?: string }[]]>([
  ['nobody listens', 'connect', 'ECONNREFUSED', [{ kind: 'refused', detail: 'ECONNREFUSED' }]],
  ['RST before Node looked', 'connect', 'ECONNRESET', [{ kind: 'rst' }]],
  ['FIN and RST before Node looked', 'connect', 'EPIPE', [{ kind: 'fin' }, { kind: 'rst' }]],
  ['a connect without a code', 'connect', undefined, [{ kind: 'refused', detail: 'what the system says' }]],
  ['RST on a read', 'read', 'ECONNRESET', [{ kind: 'rst' }]],
  ['RST on a write', 'write', 'EPIPE', [{ kind: 'rst' }]],
  ['anything else', 'read', 'EIO', [{ kind: 'failed', detail: 'what the system says' }]],
])('%s', (_, syscall, code, ends) => {
  expect(endsIn(errno(syscall, code))).toEqual(ends);
});

test('a RST that our own bytes provoked is not the end of the server', () => {
  const end = new ServerEnd();
  end.sends();
  expect([end.saw('fin'), end.saw('fin'), end.provoked]).toEqual([true, false, false]);
  end.sends();
  expect([end.saw('rst'), end.rst]).toEqual([false, false]);
});

test('a RST behind a FIN that we sent nothing after is', () => {
  const end = new ServerEnd();
  expect([end.saw('fin'), end.saw('rst'), end.saw('rst')]).toEqual([true, true, false]);
  expect([end.fin, end.rst, end.failed]).toEqual([true, true, false]);
});
