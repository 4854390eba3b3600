"""Which modules Asterisk loads: what it is not to do it is not given the modules for."""

from __future__ import annotations

from tuidang.phone.asterisk.config.values import Setup

MODULES: tuple[str, ...] = (
    # What is written where
    *("res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb", "res_timing_timerfd"),
    # The line: SIP, its media, and keys by RFC 4733 and INFO
    *("res_pjproject", "res_crypto", "res_http_websocket", "res_srtp", "res_rtp_asterisk"),
    *("res_pjsip", "res_pjsip_session", "res_pjsip_pubsub", "res_pjsip_sdp_rtp", "res_pjsip_caller_id"),
    *("res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest"),
    # Nobody signs in to these, and a name in a packet makes nobody a trunk.
    *("res_pjsip_outbound_registration", "res_pjsip_nat", "res_pjsip_rfc3326"),
    *("res_pjsip_endpoint_identifier_ip", "res_pjsip_dtmf_info", "chan_pjsip"),
    # Sounds as they lie on the disk; volunteers' browsers may bring Opus
    *("format_pcm", "codec_alaw", "codec_ulaw", "codec_opus_open_source", "codec_resample"),
    *("res_format_attr_opus", "bridge_simple", "bridge_native_rtp", "bridge_holding"),
    "bridge_softmix",  # three and more in a conversation
    # Our side: ARI, and whether somebody speaks
    *("res_stasis", "res_stasis_answer", "res_stasis_playback", "res_stasis_recording", "res_stasis_snoop"),
    *("res_stasis_device_state", "app_stasis", "func_talkdetect", "func_channel", "func_hangupcause"),
    *(
        "res_websocket_client",
        "res_ari",
        "res_ari_model",
        "res_ari_applications",
        "res_ari_asterisk",
        "res_ari_bridges",
    ),
    *("res_ari_channels", "res_ari_endpoints", "res_ari_events", "res_ari_playbacks", "res_ari_sounds"),
)

# SIP with browsers, whose telephones sign in by name. Without desk telephones nobody can try.
DESK_MODULES = (
    "res_pjsip_transport_websocket",
    "res_pjsip_registrar",
    "res_pjsip_endpoint_identifier_user",
)


def needed(setup: Setup) -> tuple[str, ...]:
    """Name every module that is loaded, and no other is."""
    return MODULES + (DESK_MODULES if setup.desks else ())
