// The telephone itself: SIP with our Asterisk by JsSIP, one conversation at a time. It decides nothing: what it hears
// is told to `heard`, and who asks it to answer or to end knows why.
import JsSIP from "./sip.js";

const EXPIRES = 120; // seconds for which it is signed in; Asterisk allows no more
const PATIENCE = 400; // milliseconds for finding ways through the network, of which the first is nearly always the one

export class Telephone {
  // heard: line(isUp), refused(), rings(isWayBack), up(stream), over(), shaken(isShaken)
  constructor({ socket, name, secret }, heard) {
    this.heard = heard;
    this.session = null;
    this.isSignedIn = false;
    this.isShaken = false; // the line was lost while somebody spoke, and is not whole again
    this.ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(socket)],
      uri: `sip:${name}@desk.invalid`,
      password: secret,
      register_expires: EXPIRES,
      user_agent: "desk",
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
    });
    this.ua.on("registered", () => this.#signedIn());
    this.ua.on("unregistered", () => this.#signedOut());
    this.ua.on("disconnected", () => this.#signedOut());
    this.ua.on("registrationFailed", ({ response }) => {
      this.#signedOut();
      if (response) this.heard.refused();
    });
    this.ua.on("newRTCSession", ({ originator, session }) => this.#comesIn(originator, session));
    this.ua.start();
  }

  // Sign in anew. The library's own clock may sleep while the page lies behind others.
  refresh() {
    if (this.ua.isConnected()) this.ua.register();
  }

  get isRinging() { return Boolean(this.session?.isInProgress()); }
  get isUp() { return Boolean(this.session?.isEstablished()); }
  get isMuted() { return Boolean(this.session?.isMuted().audio); }

  answer(microphone) {
    if (this.isRinging) this.session.answer({ mediaStream: microphone, pcConfig: { iceServers: [] } });
  }

  refuse() {
    if (this.isRinging) this.session.terminate({ status_code: 486 });
  }

  hangUp() {
    if (this.session && !this.session.isEnded()) this.session.terminate();
  }

  mute(isMuted) {
    if (this.isUp) this.session[isMuted ? "mute" : "unmute"]({ audio: true });
  }

  // Speak through another microphone from now on.
  async changeMicrophone(stream) {
    const sender = this.session?.connection?.getSenders().find((one) => one.track?.kind === "audio");
    await sender?.replaceTrack(stream.getAudioTracks()[0]);
    if (this.isMuted) stream.getAudioTracks()[0].enabled = false;
  }

  // Leave for good, without a word to the other side: the hotline keeps the conversation for a moment.
  close() {
    this.heard = new Proxy({}, { get: () => () => {} });
    this.ua.stop();
  }

  #signedIn() {
    const isAgain = !this.isSignedIn;
    this.isSignedIn = true;
    this.heard.line(true);
    if (isAgain && this.isShaken && this.isUp) this.#seekNewWay();
  }

  #signedOut() {
    this.isSignedIn = false;
    if (this.isUp) this.#shake(true);
    this.heard.line(false);
  }

  #comesIn(originator, session) {
    if (originator !== "remote") return;
    const isWayBack = this.isUp && this.isShaken;
    if (this.session && !isWayBack) { session.terminate({ status_code: 486 }); return; }
    const old = this.session;
    this.session = session;
    if (old && !old.isEnded()) old.terminate();
    this.#shake(false);
    let isGathered = false;
    session.on("icecandidate", ({ ready }) => {
      if (!isGathered) setTimeout(ready, PATIENCE);
      isGathered = true;
    });
    session.on("peerconnection", ({ peerconnection }) => this.#listen(session, peerconnection));
    for (const end of ["ended", "failed"]) session.on(end, () => this.#over(session));
    this.heard.rings(isWayBack);
  }

  #listen(session, connection) {
    connection.addEventListener("track", ({ track, streams }) => {
      if (session === this.session) this.heard.up(streams[0] ?? new MediaStream([track]));
    });
    connection.addEventListener("iceconnectionstatechange", () => {
      if (session !== this.session) return;
      const state = connection.iceConnectionState;
      if (state === "connected" || state === "completed") this.#shake(false);
      if (state === "disconnected" || state === "failed") this.#shake(true);
      if (state === "failed" && this.isSignedIn) this.#seekNewWay();
    });
  }

  // The same conversation by another way through the network (an ICE restart). If Asterisk has let go of it by now
  // the session ends here too, and the hotline rings us back into it.
  #seekNewWay() {
    this.session.renegotiate({ rtcOfferConstraints: { iceRestart: true } }, () => this.#shake(false));
  }

  #shake(isShaken) {
    if (this.isShaken === isShaken) return;
    this.isShaken = isShaken;
    this.heard.shaken(isShaken);
  }

  #over(session) {
    if (session !== this.session) return;
    this.session = null;
    this.isShaken = false;
    this.heard.over();
  }
}
