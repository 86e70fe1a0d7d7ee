export { type Computed, type Formula, formulaOf, forwardInNumbers, gradientInNumbers, localInNumbers, type Naming, nOf } from './formulas'
export { equals, nameLatex, numberLatex, partial, valueLatex } from './latex-words'
export { type GraphLetters, lettersOf } from './letters'
