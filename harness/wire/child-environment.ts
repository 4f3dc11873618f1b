/** Names of variables that hold what opens something; PWD is a folder. */
const SECRET = /passw|passphrase|secret|token|credential|private|_(pass|pw|pwd|key|auth)$/i;

const withheld = new Set<string>();

/** A user has said that a password is in this variable: programs that we start do not get it, whatever its name says. */
export const withhold = (name: string): void => void withheld.add(name);

/** What programs that we start see of our environment: passwords and tokens are none of their business. */
export function childEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRET.test(name) && !withheld.has(name)));
}
