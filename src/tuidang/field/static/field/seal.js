// Sealed boxes as libsodium makes them: who has sealed cannot open. All come out at one length.
import { blake2b, hsalsa, montgomery, pow, xsalsa20poly1305 } from "./noble-seal.js";

const LENGTH = 2048;
const P = 2n ** 255n - 19n;
// RFC 7748, section 5. Noble has it ready made too, with tables that are quicker and weigh as much as all the rest.
const x25519 = montgomery({
  P,
  type: "x25519",
  powPminus2: (number) => pow(number, P - 2n, P),
  adjustScalarBytes(bytes) {
    bytes[0] &= 248;
    bytes[31] = (bytes[31] & 127) | 64;
    return bytes;
  },
});
const SIGMA = new Uint32Array(new TextEncoder().encode("expand 32-byte k").buffer);

export function fits(content) {
  return new TextEncoder().encode(JSON.stringify(content)).length < LENGTH;
}

export function sealContent(publicKey, content) {
  const padded = pad(new TextEncoder().encode(JSON.stringify(content)));
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const own = x25519.getPublicKey(secret);
  const nonce = blake2b(join(own, publicKey), { dkLen: 24 });
  const key = new Uint32Array(8);
  const shared = x25519.getSharedSecret(secret, publicKey);
  hsalsa(SIGMA, new Uint32Array(shared.slice().buffer), new Uint32Array(4), key);
  const sealed = join(own, xsalsa20poly1305(new Uint8Array(key.buffer), nonce).encrypt(padded));
  for (const array of [padded, secret, shared, key]) array.fill(0);
  return sealed;
}

export function toText(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

export function fromText(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

// ISO/IEC 7816-4: one byte 80, then zeros.
function pad(bytes) {
  if (bytes.length >= LENGTH) throw new RangeError("too long to be sealed");
  const padded = new Uint8Array(LENGTH);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  bytes.fill(0);
  return padded;
}

function join(first, second) {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
