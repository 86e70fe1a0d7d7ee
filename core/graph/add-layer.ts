/**
 * Addition node: passes the upstream gradient on to both inputs.
 * @source Deep Learning from Scratch, 5.4.2
 */
export class AddLayer {
  forward(x: number, y: number): number {
    return x + y
  }

  /** @param dout the upstream gradient */
  backward(dout: number): { readonly dx: number, readonly dy: number } {
    return { dx: dout, dy: dout } // ∂(x + y)/∂x = ∂(x + y)/∂y = 1
  }
}
