/* The text of a QR in a picture, by the browser's own reader; `null` where it has none or finds none. */

export function canRead() {
  return "BarcodeDetector" in globalThis;
}

export async function readPhoto(picture) {
  if (!picture || !canRead()) return null;
  try {
    const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(picture));
    return found[0]?.rawValue ?? null;
  } catch {
    return null;
  }
}
