/**
 * Multiplication node: an input's gradient is the upstream gradient times the other input.
 * @source Deep Learning from Scratch, 5.4.1
 */
export class MulLayer {
  private x = NaN
  private y = NaN

  forward(x: number, y: number): number {
    this.x = x
    this.y = y
    return x * y
  }

  /** @param dout the upstream gradient; before `forward` the result is NaN */
  backward(dout: number): { readonly dx: number, readonly dy: number } {
    return { dx: dout * this.y, dy: dout * this.x } // ∂(x · y)/∂x = y
  }
}
