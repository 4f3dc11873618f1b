import { expect, test } from 'vitest';
import { mysqlrouterFiles } from './mysqlrouter.ts';

const at = (port: number) => ({ host: '192.0.2.1', port });
const filesOf = (config: string) =>
  mysqlrouterFiles('/x/router.conf', {
    folder: '/x',
    wiring: { binds: { front: at(1) }, servers: { server: at(2), a: at(3), b: at(4), c: at(5) }, config },
    certificate: '/c',
    key: '/k',
  });

test('a Router with a static route needs its configuration only', () => {
  const wiring = { binds: { front: at(1) }, servers: { next: at(2) } };
  const files = mysqlrouterFiles('/x/router.conf', { folder: '/x', wiring, certificate: '/c', key: '/k' });
  expect(files.map(({ target }) => target)).toEqual(['/x/router.conf']);
});

test('one with a metadata cache gets where to look first, and a keyring that nobody else may read', () => {
  const [, state, keyring, masterKey] = filesOf('mysqlrouter-splitting.conf');
  expect(JSON.parse(String(state?.content))['metadata-cache']['cluster-metadata-servers']).toContain('mysql://192.0.2.1:3');
  // Its file format begins so; the Router refuses it when others may read it.
  expect(keyring).toMatchObject({ target: '/x/keyring', mode: 0o600 });
  expect(String(keyring?.content).slice(0, 4)).toBe('MRKR');
  expect(masterKey?.mode).toBe(0o700);
});
