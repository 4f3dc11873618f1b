export { type PluginName, type ReferenceAccount, referenceAccounts } from './account.ts';
export { type Certificate, localhostCertificate } from './certificate.ts';
export { type Defect, type DefectArea, type DefectName, defects, isDefectName } from './defects/index.ts';
export { ReferenceServerError, type ReferenceServerErrorCode } from './error.ts';
export {
  REFERENCE_DATABASE,
  REFERENCE_VERSION,
  type ReferenceOptions,
  type ReferenceServer,
  startReference,
} from './server.ts';
