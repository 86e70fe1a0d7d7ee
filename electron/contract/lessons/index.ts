// Separate exports for the lessons' texts, so that main, the terminal and the first screen do not load them. Maintained by hand.
export * from './glossary'
export * from './hints'
export * from './texts'
