export { type PluginName, type ReferenceAccount, referenceAccounts, specialAccounts } from './account.ts';
export { type Certificate, localhostCertificate } from './certificate.ts';
export { type Defect, type DefectArea, type DefectName, defects, isDefectName } from './defects/index.ts';
export { type Dialect, dialects, isDialect, versions } from './dialect.ts';
export { ReferenceServerError, type ReferenceServerErrorCode } from './error.ts';
export {
  REFERENCE_DATABASE,
  type ReferenceOptions,
  type ReferenceServer,
  startReference,
} from './server.ts';
