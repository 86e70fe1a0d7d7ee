/** Formats rows as CSV (RFC 4180); numbers keep all their digits and never depend on the language. */
export function csv(rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number) => {
    const text = String(value)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return rows.map(row => row.map(cell).join(',')).join('\r\n') + '\r\n'
}
