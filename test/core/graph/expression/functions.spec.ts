import { buildGraph, functionNames, functionOf, parseProgram, usageOf } from '@core'
import { describe, expect, test } from 'vitest'

const mistake = (text: string) => {
  try { parseProgram(text) }
  catch (cause) { return cause as { code: string, details: Record<string, unknown> } }
  return null
}

const argsOf = (name: string) => functionOf(name)!.syntax.args

describe('the functions', () => {
  test.each(functionNames())('%s is written as its description says', (name) => {
    const graph = buildGraph(parseProgram(usageOf(name)))
    expect(graph.inputs).toEqual([...argsOf(name)])
    expect(new Set(argsOf(name)).size).toBe(argsOf(name).length)
  })

  test.each(functionNames())('%s with an extra or no argument is refused, quoted as it is written', (name) => {
    const [more, none] = [[...argsOf(name), 'more'], []].map(args => mistake(`${name}(${args.join(', ')})`))
    expect(more).toMatchObject({ code: 'graph.argumentCount', details: { name, wanted: usageOf(name), found: argsOf(name).length + 1 } })
    expect(none).not.toBeNull()
  })

  // names in NumPy, PyTorch, TensorFlow, Keras and handbooks
  test.each([
    ['ln(x)', 'log'], ['matmul(x, W)', 'dot'], ['mm(x, W)', 'dot'], ['inner(x, W)', 'dot'], ['linear(x, W, b)', 'affine'], ['dense(x, W, b)', 'affine'], ['logistic(x)', 'sigmoid'], ['expit(x)', 'sigmoid'],
    ['maximum(a, b)', 'max'], ['cross_entropy(x, t)', 'softmaxWithLoss'], ['CrossEntropy(x, t)', 'softmaxWithLoss'], ['MSE(y, t)', 'identityWithLoss'], ['BatchNorm(x, g, b)', 'batchNormalization'], ['sqr(x)', 'square'], ['soft_max(x)', 'softmax'], ['RELU(x)', 'relu'], ['sigmiod(x)', 'sigmoid'],
  ])('%s suggests %s', (typed, name) => {
    expect(JSON.stringify(mistake(typed)?.details)).toContain(name)
  })

  test.each('tan asin acos atan sinh cosh arcsin arccos arctan sign floor ceil round min avg var std argmax log2 log10 log1p expm1 pow power add sub subtract mul multiply div divide neg negative reciprocal relu6 elu gelu silu swish softplus leakyrelu hardtanh norm transpose reshape dropout batchnorm conv conv2d cbrt erf gamma lim int'.split(' '))('%s is a function of other tools that does not exist here', (name) => {
    expect(mistake(`${name}(x)`)).toMatchObject({ code: 'graph.unknownFunction' })
  })

  test.each(['k(x)', 'rate(x + 1)'])('%s is a product without its operator', (typed) => {
    expect(mistake(typed)).toMatchObject({ code: 'graph.missingTimes' })
  })
})
