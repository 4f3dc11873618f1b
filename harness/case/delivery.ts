/** How the same bytes travel. A peer that follows the protocol answers the same under each that a case allows. */
export const deliveries = {
  whole: 'each send step in one segment, after the answer before it',
  bytes: 'one byte per segment',
  fields: 'cut at every field boundary, and inside the packet header',
  coalesced: 'all that is sent after the greeting in one segment, not waiting for answers in between',
  early: 'everything in one segment, written before a byte of the greeting is read',
} as const;
export type Delivery = keyof typeof deliveries;
