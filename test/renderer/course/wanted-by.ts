/** The names that a text of the course wants numbers for: `[[name]]`. */
export const wantedBy = (text: string): string[] => [...text.matchAll(/\[\[([\w.]+)\]\]/g)].map(([, name]) => name!)
