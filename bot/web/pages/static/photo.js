// Pictures: made small before they are sent, opened large when tapped.
const WIDEST = 1280;
const MOST = 1.9 * 1024 * 1024;

/** A file from the phone as a JPEG of at most 1280 px: {mime, data (base64)}. Throws where it is no picture. */
export async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, WIDEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  for (const quality of [0.82, 0.6, 0.4]) {
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (blob && blob.size <= MOST) return { mime: "image/jpeg", data: await base64(blob) };
  }
  throw new Error("too large");
}

function base64(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });
}

const viewer = document.querySelector(".viewer");
const large = viewer.querySelector("img");
viewer.addEventListener("click", () => viewer.close());
viewer.addEventListener("close", () => large.removeAttribute("src"));

export function openLarge(small) {
  large.src = small.src;
  large.alt = small.alt;
  viewer.showModal();
}
