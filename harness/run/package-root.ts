/** The package's folder: two rooms up from the source, one more from dist/. */
export const packageRoot = new URL(import.meta.url.includes('/dist/harness/') ? '../../../' : '../../', import.meta.url);
