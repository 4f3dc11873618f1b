import { z } from 'zod';
import { readYaml } from '../case/yaml.ts';
import { withhold } from '../wire/child-environment.ts';
import { ReplayError } from './error.ts';

/** As whom somebody of the capture plays on the target. Without a password nothing can be proved: only what needs no proof. */
export interface Player {
  readonly user: string;
  readonly password?: string;
}
/** By the user's name in the capture; who was refused there is to be refused again. */
export type PlaysAs = (captured: string, denied?: boolean) => Player;

const entry = z.union([
  z.string(),
  z
    .strictObject({ user: z.string().optional(), password: z.string().optional(), 'password-env': z.string().min(1).optional() })
    .refine((one) => one.password === undefined || one['password-env'] === undefined, 'give password or password-env, not both'),
]);
const map = z.record(z.string(), entry);

/**
 * Reads a map of users (YAML): the captured name, and the password, or { user, password | password-env }. '*' stands for
 * everybody who is not named.
 * @throws ReplayError REPLAY_BAD_USERS
 */
export function parseUsers(text: string, file: string, env: Readonly<Record<string, string | undefined>>): Map<string, Player> {
  const bad = (why: string) => new ReplayError('REPLAY_BAD_USERS', `${file}: ${why}. ${form}`);
  const { value: raw } = readYaml(text, (line, why) => bad(`it is no YAML (line ${line}: ${why})`), { failsafe: true });
  const read = map.safeParse(raw);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw bad(issue ? `${issue.path.join('.') || 'the file'}: ${inner(issue)}` : 'it is no map');
  }
  const users = new Map<string, Player>();
  for (const [captured, given] of Object.entries(read.data)) {
    if (typeof given === 'string') {
      users.set(captured, { user: captured, password: given });
      continue;
    }
    const variable = given['password-env'];
    if (variable !== undefined) withhold(variable);
    const password = variable === undefined ? given.password : env[variable];
    if (variable !== undefined && password === undefined) throw bad(`${captured}: the environment has no variable ${variable}`);
    users.set(captured, { user: given.user ?? captured, ...(password === undefined ? {} : { password }) });
  }
  return users;
}

const form =
  "Write a line per user of the capture: 'app: password', or 'app: {user: other, password-env: VARIABLE}'; '*' is everybody else";

/** Of a union, what the form that was meant lacks. */
function inner(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message;
  const [deepest] = issue.errors.flat().filter((one) => one.code !== 'invalid_type' || one.path.length > 0);
  return deepest ? [...deepest.path, deepest.message].join(': ') : 'it must be a password or a map of user, password, password-env';
}

/**
 * Named, else '*', else the captured user by itself: with no password, which is enough for those who have none. Who was
 * refused in the capture keeps his name, unless it is mapped, and proves a password that is nobody's.
 */
export function playersOf(users: ReadonlyMap<string, Player>): PlaysAs {
  const others = users.get('*');
  return (captured, denied = false) => {
    const named = users.get(captured);
    if (denied) return { user: named?.user ?? captured, password: WRONG };
    return named ?? (others && { ...others, user: others.user === '*' ? captured : others.user }) ?? { user: captured };
  };
}

const WRONG = 'mywire: this password is wrong on purpose';
