/** mysql_clear_password (mysql/page_protocol_connection_phase_authentication_methods_clear_text_password). */
import { cleartextPassword } from './caching-sha2.ts';

export const CLEAR_PASSWORD = 'mysql_clear_password';

/** The password and a NUL. Only for a channel that nobody can read. */
export const clearPasswordAnswer = cleartextPassword;
