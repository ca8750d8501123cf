export function controlPage(nonce: string): string {
  return `<!doctype html><title>Sandbox bank</title><script nonce="${nonce}"></script>`;
}
