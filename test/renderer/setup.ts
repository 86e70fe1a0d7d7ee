// The window's page has a doctype, happy-dom's has none: KaTeX would refuse to draw there.
Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat' })
