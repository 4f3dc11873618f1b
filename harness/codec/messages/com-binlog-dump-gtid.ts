import { unlessEnd } from '../condition.ts';
import { bytes, constant, latin1, text, u16, u32, u64 } from '../field.ts';
import { type Field, message } from '../message.ts';

/** As long as an int<4> before it says. */
const filename: Field<string> = {
  wire: 'int<4> + string<var>',
  fallback: '',
  read(r) {
    const n = r.part('length', 'int<4>', () => r.uint(4));
    return r.part('data', `string<${n}>`, () => latin1(r.take(n)));
  },
  write(w, value) {
    const body = text(value, w);
    w.part('length', 'int<4>', () => w.uint(4, body.length));
    w.part('data', `string<${body.length}>`, () => w.raw(body));
  },
};

/**
 * int<1>           0x1e
 * int<2>           flags; 4: the GTIDs count (BINLOG_THROUGH_GTID)
 * int<4>           the replica's server id
 * int<4> + string  file name
 * int<8>           position
 * int<4>           size of the set of GTIDs
 * $size            the set of GTIDs that the replica has
 */
export const comBinlogDumpGtid = message('COM_BINLOG_DUMP_GTID', 'mysql/page_protocol_com_binlog_dump_gtid', {
  command: constant(0x1e),
  flags: u16,
  serverId: u32,
  filename,
  position: { ...u64, fallback: 4 },
  dataSize: unlessEnd(u32),
  data: unlessEnd(bytes(({ soFar }) => Number(soFar['dataSize'] ?? 0))),
});
