export { packageVersion as version } from '../run/package-root.ts';
