export { latexOf } from './latex'
export { numpyOf } from './numpy'
export { pytorchOf } from './pytorch'
export { typescriptOf } from './typescript'
