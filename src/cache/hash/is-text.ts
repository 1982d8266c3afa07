const headSize = 512

/** DVC's guess whether bytes are text, made by the first 512 of them (dvc-data, `istextfile.py`): no NUL, and at most
 * 30 % that are neither printable ASCII nor white space. Nothing is text. */
export function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, headSize)
  let odd = 0
  for (const byte of head) {
    if (byte === 0) return false
    if (!isTextByte(byte)) odd++
  }
  return head.length === 0 || odd / head.length <= 0.3
}

function isTextByte(byte: number): boolean {
  return (byte >= 0x20 && byte <= 0x7e) || (byte >= 0x08 && byte <= 0x0a) || byte === 0x0c || byte === 0x0d
}
