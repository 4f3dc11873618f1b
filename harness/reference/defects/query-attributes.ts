/** Query attributes, with QUERY_ATTRIBUTES (mysql/page_protocol_com_query). */
export const queryAttributes = {
  'query-attributes-in-statement': 'takes the query attributes for a part of the statement',
  'nine-attributes-malformed': 'refuses more than eight query attributes with ERR 1835',
  'null-attribute-malformed': 'refuses a query attribute that is NULL with ERR 1835',
  'typed-attribute-malformed': 'refuses a query attribute that is no string with ERR 1835',
  'long-attribute-malformed': 'refuses a query attribute of more than 250 bytes with ERR 1835',
  'nameless-attribute-malformed': 'refuses a query attribute without a name with ERR 1835',
  'attribute-set-count-ignored': 'takes any number for the count of parameter sets, which is always 1',
  'broken-attributes-ignored': 'runs the statement behind query attributes that are broken',
  'broken-attributes-close': 'closes without an ERR on query attributes that are broken',
  'query-attributes-unasked': 'reads query attributes although the client has not asked for them',
  'query-attribute-lost': 'does not show a query attribute to the statement that it came with',
  'query-attributes-kept': 'still shows the query attributes to the next statement',
} as const;
