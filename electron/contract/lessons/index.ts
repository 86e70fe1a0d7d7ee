// The lessons' texts have a door of their own, so that neither main, the terminal nor the first screen carries them. Kept by hand.
export * from './hints'
export * from './texts'
