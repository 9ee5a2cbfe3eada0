/** Holds calls back until enough of them have come. */
export class Gate {
  private readonly held: (() => void)[] = [];
  private readonly method: string;
  private readonly path: RegExp;
  private left: number;

  constructor(method: string, path: RegExp, count: number) {
    this.method = method;
    this.path = path;
    this.left = count;
  }

  async pass(method: string, path: string): Promise<void> {
    if (this.left <= 0 || method !== this.method || !this.path.test(path)) return;
    this.left -= 1;
    if (this.left === 0) for (const open of this.held) open();
    else await new Promise<void>((resolve) => this.held.push(resolve));
  }
}
