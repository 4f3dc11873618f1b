import { killGroup } from './leftovers.ts';
import { localSetup } from './node-setup.ts';
import { defaultStartLimitMs, defaultStopLimitMs, type TargetOptions } from './options.ts';
import type { Program } from './program.ts';
import { type Endpoint, type Product, type RunningNode, TargetError } from './target.ts';

/** What every local product gets told. */
export interface LocalSetting {
  /** The target's name, for errors. */
  readonly target: string;
  /** The node's name, unique within the target. */
  readonly name: string;
  /** Where it listens for clients. */
  readonly endpoint: Endpoint;
  /** The program's own folder. */
  readonly folder: string;
  readonly options: TargetOptions;
  /** Of a server: files that its data directory holds before the first start. */
  readonly dataFiles?: Readonly<Record<string, string>>;
}

/** A node of a local target, with what only its owner may do. */
export interface LocalNode extends RunningNode {
  /** Sends it and its children a signal. */
  signal(name: NodeJS.Signals): void;
  /** Starts it again on the same port when it is dead, or is dying of a SIGKILL. */
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

/** A product's own part: how it is started, and what it can be asked. */
export interface LocalProduct {
  readonly product: Product;
  readonly version: string;
  /** Starts it and waits until it is ready. Called again after it died. */
  readonly run: () => Promise<Program>;
  readonly command?: (text: string) => Promise<string>;
}

/** Starts a product as a node. */
export async function startNode(
  { name, endpoint, options, folder }: LocalSetting,
  { product, version, run, command }: LocalProduct,
): Promise<LocalNode> {
  let program = await run();
  let killed = false;
  const signal = (name: NodeJS.Signals): void => {
    killed ||= name === 'SIGKILL';
    killGroup(program.pid, name);
  };
  return {
    name,
    product,
    version,
    endpoint,
    get pid() {
      return program.pid;
    },
    state: async () => program.state(),
    log: () => program.log(),
    setup: () => localSetup(program.command, folder),
    ...(command && { command }),
    signal,
    kill: async () => signal('SIGKILL'),
    async startAgain() {
      // We are told of its end later than whoever was connected to it.
      if (killed) await program.stop(0);
      if (program.state() === 'running') return;
      program = await run();
      killed = false;
    },
    stop: () => program.stop(options.stopLimitMs ?? defaultStopLimitMs),
  };
}

/** ms that a program may take to be ready. */
export function startLimit(options: TargetOptions): number {
  return options.startLimitMs ?? defaultStartLimitMs;
}

/**
 * Waits until a program is ready; ends it when that fails.
 * @param isReady waits for it; false when the limit passed
 * @throws TargetError TARGET_START_FAILED when it ends first, TARGET_START_TIMEOUT after the limit
 */
export async function ready(
  program: Program,
  { target, name, options }: LocalSetting,
  isReady: (limitMs: number, stillWorthIt: () => void) => Promise<boolean>,
): Promise<Program> {
  const limitMs = startLimit(options);
  return orStopped(program, async () => {
    if (await isReady(limitMs, program.requireRunning)) return program;
    throw new TargetError(
      'TARGET_START_TIMEOUT',
      target,
      `${name} was not ready after ${limitMs} ms. The end of its log: ${program.log().slice(-500) || '(it wrote nothing)'}`,
    );
  });
}

/** Runs an act on a program that has just been started; when the act fails, the program is ended. */
export async function orStopped<T>(program: Program, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    await program.stop(0);
    throw error;
  }
}
