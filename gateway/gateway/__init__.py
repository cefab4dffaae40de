"""The one door of Kefu: who may come in, where each request goes, what is happening right now, and the pages."""
