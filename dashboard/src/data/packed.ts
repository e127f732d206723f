/** What the functions pack (functions/stock/history.py, forecast.py): JSON of parallel arrays, compressed with zlib. */
export async function unpacked<T>(packed: Uint8Array<ArrayBuffer>): Promise<T> {
  const text = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return (await new Response(text).json()) as T;
}
