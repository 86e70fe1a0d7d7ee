import { describe, expect, test } from 'vitest'
import { latexOf } from '../../../../core/graph/code'
import { documents } from './documents'

describe('as LaTeX', () => {
  test('the shopping is one equation for each node and each gradient', () => {
    expect(latexOf(documents['the shopping']!).text).toBe(String.raw`\begin{aligned}
\mathrm{apple} &= 100 \\
\mathrm{count} &= 2 \\
\mathrm{orange} &= 150 \\
\mathrm{tax} &= 1.1 \\
n_{1} &= \mathrm{apple} \times \mathrm{count} = 200 \\
n_{2} &= \mathrm{orange} \times 3 = 450 \\
n_{3} &= {n_{1}} + {n_{2}} = 650 \\
L &= {n_{3}} \times \mathrm{tax} = 715 \\
\frac{\partial L}{\partial L} &= 1 \\
\frac{\partial L}{\partial n_{3}} &= \frac{\partial L}{\partial L} \cdot \mathrm{tax} = 1.1 \\
\frac{\partial L}{\partial n_{2}} &= \frac{\partial L}{\partial n_{3}} = 1.1 \\
\frac{\partial L}{\partial n_{1}} &= \frac{\partial L}{\partial n_{3}} = 1.1 \\
\frac{\partial L}{\partial \mathrm{apple}} &= \frac{\partial L}{\partial n_{1}} \cdot \mathrm{count} = 2.2 \\
\frac{\partial L}{\partial \mathrm{count}} &= \frac{\partial L}{\partial n_{1}} \cdot \mathrm{apple} = 110 \\
\frac{\partial L}{\partial \mathrm{orange}} &= \frac{\partial L}{\partial n_{2}} \cdot 3 = 3.3 \\
\frac{\partial L}{\partial \mathrm{tax}} &= \frac{\partial L}{\partial L} \cdot {n_{3}} = 650
\end{aligned}
`)
  })

  test('fan-out is a sum, and another upstream gradient has another letter', () => {
    expect(latexOf({ expression: 'z = x * x', inputs: { x: 3 }, upstream: 1.3 }).text).toBe(String.raw`\begin{aligned}
x &= 3 \\
z &= x \times x = 9 \\
\frac{\partial E}{\partial z} &= 1.3 \\
\frac{\partial E}{\partial x} &= \frac{\partial E}{\partial z} \cdot x + \frac{\partial E}{\partial z} \cdot x = 7.8
\end{aligned}
`)
  })

  test('an expression that cannot be computed still has its equations, without numbers', () => {
    const { text } = latexOf({ expression: 'log(x) * 2', inputs: { x: -1 } })
    expect(text).toContain('\\log x \\\\')
    expect(text).toContain('\\frac{\\partial L}{\\partial n_{1}} \\cdot \\frac{1}{x}\n')
  })

  test('batch normalization is written with the mean and the variance of its own input', () => {
    const { text } = latexOf({ expression: 'y = batchNormalization(x, g, b)', inputs: { x: [[1], [3]], g: [2], b: [1] } })
    const xHat = String.raw`\frac{x - \operatorname{mean}(x)}{\sqrt{\operatorname{var}(x) + \varepsilon}}`
    expect(text).toContain(String.raw`y &= g \odot ${xHat} + b`)
    expect(text).toContain(String.raw`\frac{\partial E}{\partial g} &= \sum_n \frac{\partial E}{\partial y} \cdot ${xHat}`)
  })

  test('names of Greek letters are written as letters, except those that formulas use themselves', () => {
    const inputs = { x: [[1, 2], [3, 5]], gamma1: [1, 2], beta1: [0.5, 1], eta: 2, omega_2: 3, gammas: 4 }
    const { text } = latexOf({ expression: 'y = batchNormalization(x, gamma1, beta1) * eta * omega_2 * gammas', inputs })
    expect(text).toContain(String.raw`{\gamma_{1}} \odot \frac{x`)
    expect(text).toContain(String.raw`+ {\beta_{1}}`)
    expect(text).toContain(String.raw`\frac{\partial E}{\partial \gamma_{1}} &= \sum_n`)
    expect(text).toContain(String.raw`\omega_{2} &= 3`)
    for (const word of ['eta', 'gammas']) expect(text).toContain(String.raw`\mathrm{${word}} &= `)
  })

  test.each(Object.entries(documents))('%s has its braces closed and one index at a time', (_, document) => {
    const { text } = latexOf(document)
    expect(text.match(/\{/g)?.length).toBe(text.match(/\}/g)?.length)
    expect(text).not.toMatch(/undefined|NaN|_\{\w+\}_/)
    for (const name of Object.keys(document.inputs)) expect(text).toContain(/^[a-zA-Z]$/.test(name) ? `{\\partial ${name}} &=` : '&=')
  })

  test('the gradient of a number that was broadcast over a vector is a sum', () => {
    expect(latexOf({ expression: 'v * s', inputs: { v: [1, 2, 3], s: 2 }, upstream: [1, 1, 1] }).text).toMatch(/partial s\} &= \\sum/)
  })
})
