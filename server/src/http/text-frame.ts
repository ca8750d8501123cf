/**
 * One whole text message of WebSocket as a server sends it: unmasked, in one frame.
 * Source: RFC 6455, section 5.2.
 * @param parts that together are the message, in UTF-8
 */
export function textFrame(parts: readonly Buffer[]): Buffer {
  let length = 0;
  for (const part of parts) length += part.length;
  const headerBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerBytes + length);
  // The last fragment, and text.
  frame[0] = 0x81;
  if (headerBytes === 2) {
    frame[1] = length;
  } else if (headerBytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  let at = headerBytes;
  for (const part of parts) at += part.copy(frame, at);
  return frame;
}
