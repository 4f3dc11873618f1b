/** Collation ids that peers name in the connection phase (information_schema.COLLATIONS of MySQL 9.7 and MariaDB 11.8, which has no 248). */
export const collation: Readonly<Record<number, string>> = {
  1: 'big5_chinese_ci',
  5: 'latin1_german1_ci',
  8: 'latin1_swedish_ci',
  9: 'latin2_general_ci',
  11: 'ascii_general_ci',
  12: 'ujis_japanese_ci',
  13: 'sjis_japanese_ci',
  19: 'euckr_korean_ci',
  24: 'gb2312_chinese_ci',
  26: 'cp1250_general_ci',
  28: 'gbk_chinese_ci',
  33: 'utf8mb3_general_ci',
  35: 'ucs2_general_ci',
  45: 'utf8mb4_general_ci',
  46: 'utf8mb4_bin',
  47: 'latin1_bin',
  48: 'latin1_general_ci',
  51: 'cp1251_general_ci',
  54: 'utf16_general_ci',
  60: 'utf32_general_ci',
  63: 'binary',
  83: 'utf8mb3_bin',
  192: 'utf8mb3_unicode_ci',
  224: 'utf8mb4_unicode_ci',
  246: 'utf8mb4_unicode_520_ci',
  248: 'gb18030_chinese_ci',
  255: 'utf8mb4_0900_ai_ci',
};

/** The collation's name, or its number. The greeting and HandshakeResponse41 carry only its low byte. */
export const collationName = (id: number): string => collation[id] ?? `collation ${id}`;
