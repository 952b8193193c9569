#pragma once

void check_products();
void time_products();
void check_attention();
void time_attention();
void check_float32();
void time_float32();
