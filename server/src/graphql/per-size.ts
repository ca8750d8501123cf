/** One loader for each size that a document asks for. Sizes are bounded by who calls it. */
export function perSize<Loader>(make: (size: number) => Loader): (size: number) => Loader {
  const loaders = new Map<number, Loader>();
  return (size) => {
    const loader = loaders.get(size) ?? make(size);
    loaders.set(size, loader);
    return loader;
  };
}
