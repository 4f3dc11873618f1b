import { ReportError } from './error.ts';

/** Several results of long work, each written if it can be: a disk that is full for one costs neither the others nor what is told. */
export class EachWritten {
  readonly #failed: ReportError[] = [];

  /** What the write gives; undefined where it could not write. */
  async attempt<T>(write: () => Promise<T>): Promise<T | undefined> {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      this.#failed.push(error);
      return undefined;
    }
  }

  /** Behind everything else. Throws ReportError REPORT_NOT_WRITABLE, which names all that could not be written. */
  end(): void {
    const [first] = this.#failed;
    if (first) throw new ReportError(first.code, first.path, [...new Set(this.#failed.map(({ message }) => message))].join('\n'));
  }
}
