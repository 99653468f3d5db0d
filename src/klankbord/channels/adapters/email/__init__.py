"""E-mail: raw bytes in, an `InboundMessage` out; an `OutboundMessage` in, an SMTP conversation out."""
