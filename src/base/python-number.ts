/** Python's `repr` of a float: the shortest digits that read back equal, always with a point or an exponent
 * (`1.0`, `1e-05`, `1.5e+16`), and `inf`, `-inf`, `nan`. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e')
  return sign + layOut(mantissa.replace('.', ''), Number(exponent))
}

// The digits are JavaScript's, only the place where Python changes to exponent form differs.
function layOut(digits: string, exponent: number): string {
  if (exponent < -4 || exponent >= 16) return withExponent(digits, exponent)
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${whole}.${digits.slice(exponent + 1) || '0'}`
}

function withExponent(digits: string, exponent: number): string {
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits
  const sign = exponent < 0 ? '-' : '+'
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
}
