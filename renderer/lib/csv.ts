/** Rows as RFC 4180 text; numbers with all their digits, whatever the language. */
export function csv(rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number) => {
    const text = String(value)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return rows.map(row => row.map(cell).join(',')).join('\r\n') + '\r\n'
}
