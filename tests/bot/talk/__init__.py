"""Tests of the conversation engine, one for each rule of replay."""
