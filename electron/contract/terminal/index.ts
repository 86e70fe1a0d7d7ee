// Separate exports for the terminal's texts, so that the window and main do not load them. Maintained by hand.
export * from './texts'
