/** The names that a text of the course wants numbers for: `[[name]]`. */
export const namesIn = (text: string): string[] => [...text.matchAll(/\[\[([\w.]+)\]\]/g)].map(([, name]) => name!)
